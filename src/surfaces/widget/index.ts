export { widgetApp } from './app'
