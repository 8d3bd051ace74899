// @era all
// @expect two-owners 10
//
// The address is taken back twice: two boxes, each of which will free it.
import { GFP_KERNEL, KBox } from 'kernel'

const box = KBox.new(42, GFP_KERNEL)
const raw = KBox.into_raw(box)
using first = KBox.from_raw<number>(raw)
using second = KBox.from_raw<number>(raw)
first.value = second.value + 1
