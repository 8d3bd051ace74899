/** A reader that an interrupt catches inside its section: the handler is the owner, and takes the page away. */
import { request_irq, free_irq, module_exit, alloc_page, __free_page, GFP_ATOMIC, IRQ_HANDLED, pr_info } from 'linux'
import { raise_irq } from 'sim'

const IRQ = 9
const COOKIE = {}

interface Table {
  extent_add(key: number, value: number): number
  extent_remove(key: number): number
  extent_read(key: number, meanwhile: () => void): number
  extents_exit(keys: number[]): void
}

export function read_and_remove({ extent_add, extent_remove, extent_read, extents_exit }: Table): void {
  extent_add(1, 0x11)
  extent_add(2, 0x22)
  request_irq(
    IRQ,
    () => {
      pr_info(`the owner removes 2: ${extent_remove(2)}`)
      // Whoever comes next gets the page that was freed last.
      const other = alloc_page(GFP_ATOMIC)
      if (other !== null) __free_page(other)
      return IRQ_HANDLED
    },
    0,
    'owner',
    COOKIE,
  )
  const value = extent_read(2, () => raise_irq(IRQ))
  pr_info(`the reader that was inside reads 0x${value.toString(16)}`)
  pr_info(`a reader that comes later finds ${extent_read(2, () => undefined)}`)

  module_exit(() => {
    free_irq(IRQ, COOKIE)
    extents_exit([1])
  })
}
