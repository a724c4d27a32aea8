export default {
  fetch(): Response {
    return new Response('hello')
  },
} satisfies ExportedHandler
