/** Flags of vmap(). Kernel: include/linux/vmalloc.h. */
export const VM_IOREMAP = 0x1
export const VM_ALLOC = 0x2
export const VM_MAP = 0x4
export const VM_USERMAP = 0x8
export const VM_MAP_PUT_PAGES = 0x200
export const VM_ALLOW_HUGE_VMAP = 0x400
