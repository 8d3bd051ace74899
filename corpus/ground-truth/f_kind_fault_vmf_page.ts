// Case f_kind_fault_vmf_page: a page that a fault handler returns behaves as one of `vm_insert_page`.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
// Varies: 10 return: the measured kernels were built without CROSS_MEMORY_ATTACH
// Varies: 10 errno: the measured kernels were built without CROSS_MEMORY_ATTACH
import { kinds } from './kinds.ts'

kinds('fault')
