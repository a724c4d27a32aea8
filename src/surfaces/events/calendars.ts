import type { EventsApp } from './environment'

export function registerCalendars(_app: EventsApp): void {}
