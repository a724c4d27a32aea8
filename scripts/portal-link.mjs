// A link that signs somebody in to a publisher's portal, made as an operator makes it.

/** Answers the link's address; it opens one session. */
export async function portalLink(origin, operatorToken, publisherId, guest) {
  const answer = await fetch(`${origin}/operator/publishers/${publisherId}/sign-in-links`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${operatorToken}` },
    body: JSON.stringify(guest),
  })
  if (!answer.ok) throw new Error(`no sign-in link was made: ${answer.status} ${await answer.text()}`)
  return (await answer.json()).url
}
