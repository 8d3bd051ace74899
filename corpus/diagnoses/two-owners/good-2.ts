// @era all
// @expect none
//
// Given up and taken back, twice over: at each moment there is one owner.
import { GFP_KERNEL, KBox } from 'kernel'

const box = KBox.new(42, GFP_KERNEL)
const raw = KBox.into_raw(box)
const first = KBox.from_raw<number>(raw)
first.value += 1
using second = KBox.from_raw<number>(KBox.into_raw(first))
second.value += 1
