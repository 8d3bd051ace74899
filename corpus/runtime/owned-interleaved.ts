// @expect none
// The interleaved form (a program with tasks) of owned-straight.ts: `using` with a type of one's own: dropped at the closing brace in reverse order, on an early return, on a throw in the
// body; moved by a return; a throw in release arrives. Each drop releases a real page, so a missed one is a page-leak.
import { alloc_page, __free_page, GFP_KERNEL, BUG_ON, kthread_run } from 'linux'
import { Owned, drop, type Ownable } from 'kernel'

const released: string[] = []
class Firmware implements Ownable {
  page = alloc_page(GFP_KERNEL)!
  constructor(readonly name: string) {}
  static release(self: Firmware): void {
    __free_page(self.page)
    released.push(self.name)
  }
}
class Broken implements Ownable {
  static release(_self: Broken): void {
    throw new Error('release')
  }
}
const expectReleased = (...names: string[]): void => {
  BUG_ON(released.join() !== names.join())
  released.length = 0
}

function block(leave: boolean): number {
  using first = Owned.from_raw(new Firmware('first'))
  using second = Owned.from_raw(new Firmware('second'))
  if (leave) return first.name.length
  BUG_ON(second.name !== 'second')
  return 0
}
BUG_ON(block(false) !== 0)
expectReleased('second', 'first')
BUG_ON(block(true) !== 5)
expectReleased('second', 'first')

function moved(): Owned<Firmware> {
  using firmware = Owned.from_raw(new Firmware('moved'))
  return firmware
}
const kept = moved()
expectReleased()
drop(kept)
expectReleased('moved')

let message = ''
try {
  using firmware = Owned.from_raw(new Firmware('thrown'))
  throw new Error(`body of ${firmware.name}`)
} catch (error) {
  message = (error as Error).message
}
BUG_ON(message !== 'body of thrown')
expectReleased('thrown')

try {
  using broken = Owned.from_raw(new Broken())
  BUG_ON(broken === null)
} catch (error) {
  message = (error as Error).message
}
BUG_ON(message !== 'release')

let ran = false
kthread_run(() => {
  using firmware = Owned.from_raw(new Firmware('task'))
  ran = firmware.name === 'task'
}, 'worker')
