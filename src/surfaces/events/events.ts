import type { EventsApp } from './environment'

export function registerEvents(_app: EventsApp): void {}
