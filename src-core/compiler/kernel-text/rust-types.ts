/** Rust types of the types that a snippet declares. */

const PLAIN: Readonly<Record<string, string>> = {
  number: 'usize',
  bigint: 'u64',
  boolean: 'bool',
  string: '&CStr',
  void: '()',
  never: '!',
  Ptr: '*mut u8',
  page: '*mut bindings::page',
  folio: '*mut bindings::folio',
  device: '&Device',
  '': '_',
}

/** `Page | null` → `Option<Page>`, `VVec<number>` → `VVec<u8>`. */
export function rustTypeOf(written: string): string {
  const parts = written.split('|').map((part) => part.trim())
  const own = parts.filter((part) => part !== 'null' && part !== 'undefined')
  const [type = ''] = own
  const rust = PLAIN[type] ?? made(type)
  return own.length < parts.length ? `Option<${rust}>` : rust
}

function made(type: string): string {
  if (type.endsWith('[]')) return `KVec<${rustTypeOf(type.slice(0, -2))}>`
  const callback = /^\(([^)]*)\) => (.+)$/.exec(type)
  if (callback !== null) {
    const parameters = (callback[1] ?? '').split(',').map((each) => rustTypeOf(each.split(':')[1]?.trim() ?? ''))
    const result = rustTypeOf(callback[2] ?? '')
    const given = (callback[1] ?? '') === '' ? '' : parameters.join(', ')
    return `impl FnOnce(${given})${result === '()' ? '' : ` -> ${result}`}`
  }
  return type.replaceAll(/\bnumber\b/g, 'u8').replaceAll(/\bbigint\b/g, 'u64')
}
