export { portalApp } from './app'
