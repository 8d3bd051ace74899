// @era all
// @expect foreign-ownable-misuse 9
//
// The interrupt comes once more after the driver took its data back.
import { drop, type ForeignPointer, GFP_KERNEL, KBox } from 'kernel'
import { free_irq, IRQ_HANDLED, request_irq } from 'linux'
import { sim } from 'sim'
const d = KBox.into_foreign(KBox.new(1, GFP_KERNEL))
request_irq(5, (n, dev) => { const b = KBox.borrow(dev as ForeignPointer<KBox<number>>); b.value++; return IRQ_HANDLED }, 0, 'x', d)
sim.raise_irq(5)
drop(KBox.from_foreign(d))
sim.raise_irq(5)
free_irq(5, d)
