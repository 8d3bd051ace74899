/** C types of the values that a snippet handles. */
import ts from 'typescript'

/** Types that C has by value, or whose name is no struct's. */
const NAMED = new Set(['spinlock_t', 'atomic_t', 'wait_queue_head_t', 'refcount_t', 'gfp_t', 'vm_fault_t'])
/** Kernel objects that a snippet makes with `new`: C declares them by value. */
const NUMBERS: Readonly<Record<string, string>> = {
  u8: 'u8',
  u16: 'u16',
  u32: 'u32',
  u64: 'u64',
  i8: 's8',
  i16: 's16',
  i32: 's32',
  i64: 's64',
  s32: 's32',
  ptr: 'void *',
  bool: 'bool',
  int: 'int',
  long: 'long',
  ulong: 'unsigned long',
  size_t: 'size_t',
  usize: 'size_t',
}

/** What a declared type (`Ptr | null`, `page`, `View<typeof Desc>`) is in C; empty if C has no such thing. */
export function cTypeOf(written: string, structs: ReadonlyMap<string, string>): string {
  const parts = written
    .split('|')
    .map((part) => part.trim())
    .filter((part) => part !== 'null' && part !== 'undefined')
  const type = parts.find((part) => part !== 'number') ?? parts[0] ?? ''
  switch (type) {
    case 'number':
      return 'int'
    case 'bigint':
      return 'u64'
    case 'boolean':
      return 'bool'
    case 'string':
      return 'const char *'
    case 'void':
    case 'never':
    case 'undefined':
      return 'void'
    case 'Ptr':
    case 'pointer_value':
    case 'object':
      return 'void *'
  }
  const view = /^View<typeof (\w+)>$/.exec(type)?.[1]
  if (view !== undefined) return `struct ${structs.get(view) ?? view} *`
  if (type.endsWith('[]')) {
    const element = cTypeOf(type.slice(0, -2), structs)
    return element === '' ? '' : `${element}${element.endsWith('*') ? '' : ' '}*`
  }
  const alias = structs.get(type)
  if (alias !== undefined) return `struct ${alias} *`
  if (NAMED.has(type)) return `${type} *`
  return /^[a-z]\w*$/.test(type) ? `struct ${type} *` : ''
}

/** The C type of a field of a `struct()`; empty if it is none that C has. */
export function cFieldType(type: ts.Expression, structs: ReadonlyMap<string, string>): string {
  if (!ts.isIdentifier(type)) return ''
  const known = NUMBERS[type.text]
  if (known !== undefined) return known
  return NAMED.has(type.text) ? type.text : `struct ${structs.get(type.text) ?? type.text}`
}

/** `ServiceState` → `service_state`: what a type without a `struct()` of its own is called. */
export function snakeCase(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()
}

/** Functions that hand out or take an address as a number. */
const GIVES_NUMBER = new Set(['__get_free_pages', '__get_free_page', 'get_zeroed_page'])
const TAKES_NUMBER = new Set(['free_pages', 'free_page'])

/** The cast that a pointer needs in front of a call of `name`, and in front of its first argument. */
export function castsOf(name: string): { readonly result: string; readonly first: string } {
  return {
    result: GIVES_NUMBER.has(name) ? '(void *)' : '',
    first: TAKES_NUMBER.has(name) ? '(unsigned long)' : '',
  }
}

/** The structure of callbacks that has these members; empty if none is known. */
export function operationsOf(members: readonly string[]): string {
  if (members.includes('fops') && members.includes('name')) return 'miscdevice'
  const has = (...names: string[]): boolean => names.some((name) => members.includes(name))
  if (has('mmap', 'ioctl', 'release', 'read', 'write', 'poll')) return 'file_operations'
  if (has('fault', 'close', 'may_split', 'page_mkwrite')) return 'vm_operations_struct'
  return ''
}

/** Members that C has under another name. */
export const MEMBER_NAMES: Readonly<Record<string, string>> = { ioctl: 'unlocked_ioctl' }

/** True for a kernel object that C has by value: it is passed by address. */
export function isObject(type: string): boolean {
  if (type.endsWith('*') || /^(gfp|size|dma_addr|phys_addr|vm_fault)_t$/.test(type)) return false
  return type.startsWith('struct ') || type.endsWith('_t')
}

/** `struct page *` and `page` → `struct page *page`. */
export function declare(type: string, name: string): string {
  return type.endsWith('*') ? `${type}${name}` : `${type} ${name}`
}
