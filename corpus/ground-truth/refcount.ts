// Case refcount: `refcount_t` saturates at 0xc0000000 on an increment of 0, a decrement of 0 and an overflow.
// @machine memory=512M debug=off
// Measured: plain-slub debug=off, kasan-reports debug=on
import { refcount_dec, refcount_dec_and_test, refcount_inc, refcount_inc_not_zero, refcount_read, refcount_set, refcount_t } from 'linux'
import { say } from './measure.ts'

const r = refcount_t(1)
const value = (step: number) => {
  const n = refcount_read(r)
  say(step, 'value', n === 0xc000_0000 ? `0x${n.toString(16)}` : n)
}
refcount_set(r, 1)
say(1, 'return', refcount_dec_and_test(r))
value(1)
say(2, 'return', refcount_inc_not_zero(r))
value(2)
refcount_inc(r)
value(3)
refcount_set(r, 0)
say(4, 'return', refcount_dec_and_test(r))
value(4)
say(5, 'return', refcount_dec_and_test(r))
value(5)
refcount_set(r, 0x7fffffff)
refcount_inc(r)
value(6)
refcount_inc(r)
value(7)
refcount_set(r, 1)
refcount_dec(r)
value(8)
