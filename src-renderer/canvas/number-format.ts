/** How frames, addresses and sizes are written in every view. */

/** `0x1a3c`. */
export function formatPfn(pfn: number): string {
  return '0x' + pfn.toString(16).padStart(4, '0')
}

/** Groups of four digits: `0xffff 8880 0010 4100`. Anything that is not a hexadecimal number stays as it is. */
export function groupAddress(address: string): string {
  const digits = /^0x([0-9a-f]+)$/i.exec(address)?.[1]
  if (digits === undefined || digits.length <= 4) return address
  const head = digits.length % 4
  const groups = head > 0 ? [digits.slice(0, head)] : []
  for (let at = head; at < digits.length; at += 4) groups.push(digits.slice(at, at + 4))
  return '0x' + groups.join(' ')
}

/** The last four digits: `…4100`. */
export function shortAddress(address: string): string {
  return address.length > 6 ? '…' + address.slice(-4) : address
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB'] as const

/** `256 B`, `4 KiB`, `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${UNITS[unit]!}`
}

/** `line 8` in the program's own file, `other.ts:8` elsewhere, empty for no place. */
export function formatPlace(file: string, line: number, program: string): string {
  if (file === '' || line <= 0) return ''
  return file === program || program.endsWith('/' + file) ? `line ${line}` : `${file.split('/').at(-1)}:${line}`
}

/** `1 frame`, `3 frames`. */
export function count(n: number, word: string): string {
  return `${n.toLocaleString('en')} ${word}${n === 1 ? '' : 's'}`
}
