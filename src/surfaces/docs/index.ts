export { createDocsApp } from './app'
