import type { EventsApp } from './environment'

export function registerSubscriptions(_app: EventsApp): void {}
