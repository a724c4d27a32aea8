// Staff who sign in to the portal by a link, look at it, and sign out.
import { ask, insist, pause, unexpected } from '../world.mjs'

/** The token that a page's forms carry. */
export const csrfOf = (page) => /name="csrf" value="([^"]+)"/.exec(page)?.[1]

/** Uses a link up; a lost answer leaves it used or unused. Answers the cookie, or null. */
async function useLink(world, path) {
  const page = await insist(world, 'GET', path)
  const csrf = csrfOf(page.text)
  if (!csrf) return unexpected(world, 'GET', path, page)
  for (let wasLost = false; ; wasLost = true) {
    const answer = await ask(world, 'POST', path, { form: { csrf } })
    if (answer?.status === 303) return answer.response.headers.get('Set-Cookie').split(';')[0]
    if (answer !== null && !wasLost) return unexpected(world, 'POST', path, answer)
    if (answer !== null) return null
    await pause(20)
  }
}

/** Sends a form until it is answered. Answers the answer, and whether one before it was lost. */
export async function sendForm(world, staff, path, form) {
  for (let wasLost = false; ; wasLost = true) {
    const answer = await ask(world, 'POST', path, {
      form: { ...form, csrf: staff.csrf },
      headers: { Cookie: staff.cookie },
    })
    if (answer !== null) return { answer, wasLost }
    await pause(20)
  }
}

/** Somebody new signs in by an operator's link. Answers `{cookie, csrf, home}`; null where a crash used the link up. */
export async function signIn(world, name, role) {
  const path = '/operator/publishers/1/sign-in-links'
  const made = await insist(world, 'POST', path, {
    fields: { email: `${name}@example.com`, role },
    headers: world.operator,
  })
  if (made.status !== 201) {
    unexpected(world, 'POST', path, made)
    return null
  }
  const cookie = await useLink(world, new URL(made.body.url).pathname)
  if (!cookie) return null
  const home = await insist(world, 'GET', '/portal', { headers: { Cookie: cookie } })
  if (home.status !== 200) {
    unexpected(world, 'GET', '/portal', home)
    return null
  }
  return { cookie, csrf: csrfOf(home.text) }
}

export async function keepSigningIn(world, name) {
  const random = world.random(name)
  for (let number = 0; !world.over; number++) {
    const staff = await signIn(world, `${name}-${number}`, random.pick(['Guest', 'Admin']))
    if (staff !== null) {
      await pause(random.between(200, 1_500))
      if (random.chance(0.5)) await signOut(world, staff.cookie, staff.csrf)
      else world.sessions.push(staff.cookie)
    }
    await pause(random.between(3_000, 5_000))
  }
}

/** What was signed out stays so, over any crash. */
async function signOut(world, cookie, csrf) {
  const answer = await ask(world, 'POST', '/portal/logout', { form: { csrf }, headers: { Cookie: cookie } })
  if (answer === null) return
  if (answer.status !== 303) return unexpected(world, 'POST', '/portal/logout', answer)
  const home = await insist(world, 'GET', '/portal', { headers: { Cookie: cookie } })
  if (home.status === 200) world.report.violate('writes', `a session that signed out is open`)
}
