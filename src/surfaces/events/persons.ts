import type { EventsApp } from './environment'

export function registerPersons(_app: EventsApp): void {}
