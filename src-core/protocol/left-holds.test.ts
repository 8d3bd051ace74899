/** What is said of counted holds that nobody gives back: each by its name, with its own way back. */
import { expect, it } from 'vitest'
import { liveRun } from './testing/live-run.ts'

const program = (take: string): string => `import * as k from 'linux'
import * as u from 'user'
const app = u.spawn('app', () => {
  const at: any = u.mmap(null, k.PAGE_SIZE, u.PROT_READ | u.PROT_WRITE, u.MAP_PRIVATE | u.MAP_ANONYMOUS, -1, 0)
  ${take}(at, 1, k.FOLL_WRITE, [])
})
u.waitpid(app)
`

it('names a pin and a reference that are left, and how each is given back', () => {
  const said = (take: string) =>
    liveRun(program(take)).report.diagnoses.map(({ code, message, fix, rights_left }) => ({
      code,
      hold: /^the (\w+) that/.exec(message)?.[1],
      right: rights_left.map(({ kind }) => kind),
      fix: /\w+\(/.exec(fix)?.[0],
    }))
  expect(said('k.pin_user_pages_fast')).toEqual([
    { code: 'page-leak', hold: 'pin', right: ['pin'], fix: 'unpin_user_page(' },
  ])
  expect(said('k.get_user_pages_fast')).toEqual([
    { code: 'page-leak', hold: 'reference', right: ['page-reference'], fix: 'put_page(' },
  ])
})
