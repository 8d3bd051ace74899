// Case f_mremap_0: a driver zaps at the address it remembers, in an area that was moved: nothing happens, and the entry
// keeps the page after the driver's free.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
import { moved } from './moved.ts'

moved(false)
