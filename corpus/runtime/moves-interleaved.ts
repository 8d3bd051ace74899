// @expect none
// Moves of owners' names: by declaration, argument, field, array, return; borrows by declaration; names that live again.
// What each release prints is compared at the end: an owner that is dropped twice, or never, shows.
import { Owned, drop, KVec, GFP_KERNEL, type Ownable, type Ref } from 'kernel'
import { BUG_ON, kthread_run } from 'linux'

const released: string[] = []
class Part implements Ownable {
  constructor(readonly name: string) {}
  static release(self: Part): void {
    released.push(self.name)
  }
}
class Whole implements Ownable {
  first = Owned.from_raw(new Part('first'))
  second: Owned<Part>
  constructor(second: Owned<Part>) {
    this.second = second
  }
  static release(_self: Whole): void {
    released.push('whole')
  }
}
const make = (name: string): Owned<Part> => Owned.from_raw(new Part(name))
const expectReleased = (...names: string[]): void => {
  BUG_ON(released.join() !== names.join())
  released.length = 0
}
const look = (part: Part): number => part.name.length
const borrow = (part: Ref<Part>): Part => part
function take(part: Owned<Part>): void {
  using mine = part
  BUG_ON(mine.name === '')
}
function pass(part: Owned<Part>): Owned<Part> {
  return part
}

// By declaration, through a helper that borrows, into a helper that takes.
const a = make('a')
const b = a
BUG_ON(look(b) !== 1 || borrow(b) !== b)
take(b)
expectReleased('a')

// Under using: a moved name is not dropped at the end of its block.
{
  using c = make('c')
  using d = make('d')
  take(c)
  expectReleased('c')
  BUG_ON(look(d) !== 1)
}
expectReleased('d')

// Returned through a helper and held on.
{
  using e = pass(make('e'))
  BUG_ON(e.name !== 'e')
}
expectReleased('e')

// Into a field; fields are dropped in the order of their declaration, after the whole.
{
  const second = make('second')
  using whole = Owned.from_raw(new Whole(second))
  BUG_ON(whole.second.name !== 'second')
}
expectReleased('whole', 'first', 'second')

// Into an array and into a vector.
const list = [make('x'), make('y')]
drop(list)
expectReleased('x', 'y')
{
  using parts = KVec.new<Owned<Part>>()
  for (const name of ['p', 'q']) {
    const part = make(name)
    parts.push(part, GFP_KERNEL)
  }
  BUG_ON(look(parts.get(1)!) !== 1)
}
expectReleased('p', 'q')

// A name that gets a new value lives again; a branch that was not taken moves nothing.
let current = make('one')
if (current.name === 'two') take(current)
drop(current)
current = make('two')
BUG_ON(look(current) !== 3)
take(current)
expectReleased('one', 'two')
kthread_run(() => undefined, 'idle')
