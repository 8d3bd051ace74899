// Case f_kind_vm_insert_page: a page of `vm_insert_page`: GUP, pins, lasting pins and vmsplice all take it.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
// Varies: 10 return: the measured kernels were built without CROSS_MEMORY_ATTACH
// Varies: 10 errno: the measured kernels were built without CROSS_MEMORY_ATTACH
import { kinds } from './kinds.ts'

kinds('insert')
