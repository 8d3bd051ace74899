// Case f_kind_remap_pfn_range: frames of `remap_pfn_range` have no count, and nothing that takes pages takes them; a plain `write` reads them.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
// Varies: 10 return: the measured kernels were built without CROSS_MEMORY_ATTACH
// Varies: 10 errno: the measured kernels were built without CROSS_MEMORY_ATTACH
import { kinds } from './kinds.ts'

kinds('remap')
