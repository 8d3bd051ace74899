/** A lookup that an interrupt catches between finding a session and taking it: it dies, and another one is born. */
import { request_irq, free_irq, module_exit, IRQ_HANDLED, pr_info } from 'linux'
import { raise_irq } from 'sim'

const IRQ = 10
const COOKIE = {}

interface Sessions<S> {
  sessions_init(): number
  session_create(key: number, bytes: number): S | null
  session_destroy(session: S): void
  session_lookup(key: number, meanwhile: () => void): S | null
  session_put(session: S): void
  sessions_exit(): void
}

export function look_up_a_dying<S extends { readonly key: number; bytes: number }>(driver: Sessions<S>): void {
  driver.sessions_init()
  const first = driver.session_create(1, 100)!
  let second: S | null = null
  request_irq(
    IRQ,
    () => {
      driver.session_destroy(first)
      second = driver.session_create(2, 200)
      return IRQ_HANDLED
    },
    0,
    'sessions',
    COOKIE,
  )
  const found = driver.session_lookup(1, () => raise_irq(IRQ))
  if (found === null) pr_info('session 1 is gone')
  else {
    pr_info(`looked for 1, has the bytes of ${found.key}: ${found.bytes}`)
    driver.session_put(found)
  }
  module_exit(() => {
    free_irq(IRQ, COOKIE)
    if (second !== null) driver.session_destroy(second)
    driver.sessions_exit()
  })
}
