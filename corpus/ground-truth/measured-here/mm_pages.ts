// Case mm_pages: Blocks of pages: references of compound pages and folios, split_page, alloc_pages_exact, a head that outlives its block.
// @machine memory=512M debug=off
// Measured: here-plain debug=off
import { script } from './script.ts'

// comp ref
script(`
alloc p0 3 ct
get p5
show p0
show p5
head p5
folio p5
put p5
get p0
free p0 3
show p0
head p5
put p3
buddy p0
`)

// falloc orders
script(`
falloc p0 0
folio p0
show p0
falloc p1 1
tail p2 p1 1
folio p2
show p1
show p2
falloc p3 4
folio p3
show p3
put p0
put p1
put p3
`)

// split free
script(`
alloc p0 3
get p0
split p0 3
show p0 8
put p0
put p0
freen p1 7
`)

// exact basic
script(`
exact p0 20480
show p0 5
rel p4 p0
tail p5 p0 5
show p5
freeexact p0 20480
exact p0 1
show p0
freeexact p0 1
`)

// free extra order3
script(`
alloc p0 3 t
get p0
free p0 3
show p0 2
buddy p4
drain
buddy p1
buddy p2
buddy p4
put p0
drain
`)
