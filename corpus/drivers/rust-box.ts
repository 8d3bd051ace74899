// @expect none
import { KBox, drop } from 'kernel'
import { GFP_KERNEL, pr_info } from 'linux'
class Inner {
  constructor(readonly n: number) {}
}
function consume(b: any): void {
  using mine = b
  pr_info('consumed')
}
const a = KBox.new(new Inner(3), GFP_KERNEL)
const b = a
consume(b)
