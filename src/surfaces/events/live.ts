import type { EventsApp } from './environment'

export function registerLive(_app: EventsApp): void {}
