import { describe, it } from 'vitest'
import { commonScopes, grantScopes, type Scope } from '../../../src/domain/identity/scopes'

const held: Scope[] = ['Service.write', 'accounts.read', 'schedules.read']

describe('scopes', () => {
  it('are granted in the client’s order', ({ expect }) => {
    expect(grantScopes(held, null)).toEqual(held)
    expect(grantScopes(held, ['schedules.read', 'Service.write'])).toEqual([
      'Service.write',
      'schedules.read',
    ])
  })

  it.for([[['schedules.write']], [['accounts.read', 'x']], [['Accounts.read']], [[]], [['']]])(
    'are not granted for %j',
    ([asked], { expect }) => {
      expect(grantScopes(held, asked ?? null)).toBeNull()
    },
  )

  it('of a token count where the client has them', ({ expect }) => {
    expect(commonScopes(held, ['x', 'accounts.read', 'accounts.write'])).toEqual(['accounts.read'])
    expect(commonScopes(held, [])).toEqual([])
  })
})
