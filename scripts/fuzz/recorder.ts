/** Writes what a random program does as a snippet that can be run: the text that a failing program is shown as. */
import { SURFACE_INDEX } from '../../src-core/surface/generated/index.ts'
import { DRIVER_EXPORTS, DRIVER_TEXT } from './driver-text.ts'

/** Module of a name of the C surface. */
function moduleOf(name: string): string {
  const { modules } = SURFACE_INDEX
  const found = Object.entries(modules).find(([module, names]) => !module.startsWith('kernel') && name in names)
  const module = found?.[0] ?? 'linux'
  return module.startsWith('linux/') ? 'linux' : module
}

export class Recorder {
  private lines: string[] = []
  private readonly names = new Map<unknown, string>()
  private readonly used = new Set<string>()
  private count = 0

  uses(name: string): void {
    this.used.add(name)
  }

  /** The text of a call; written when it ends, or as the last line if it does not. */
  begin(name: string, args: readonly unknown[]): string {
    this.used.add(name)
    const text = `${name}(${args.map((arg) => this.text(arg)).join(', ')})`
    this.pending = text
    return text
  }

  private pending = ''

  end(text: string, args: readonly unknown[], result: unknown): void {
    this.pending = ''
    this.write(text, result)
    for (const arg of args) this.nameElements(arg)
  }

  method(name: string, on: unknown, args: readonly unknown[]): string {
    return (this.pending = `${this.text(on)}.${name}(${args.map((arg) => this.text(arg)).join(', ')})`)
  }

  private write(text: string, result: unknown): void {
    if (result !== null && (typeof result === 'object' || typeof result === 'function')) {
      const name = `v${++this.count}`
      this.names.set(result, name)
      this.lines.push(`const ${name} = ${text}!`)
    } else {
      this.lines.push(result === undefined ? text : `${text} // ${String(result)}`)
    }
  }

  private nameElements(arg: unknown): void {
    const name = this.names.get(arg)
    if (!Array.isArray(arg) || name === undefined) return
    arg.forEach((element: unknown, i) => {
      if (typeof element === 'object' && element !== null && !this.names.has(element))
        this.names.set(element, `${name}[${i}]!`)
    })
  }

  derived(moved: unknown, from: unknown, n: number): void {
    this.names.set(moved, `${this.text(from)}.add(${n})`)
  }

  declare(value: object, text: string): void {
    const name = `v${++this.count}`
    this.names.set(value, name)
    this.lines.push(`const ${name} = ${text}`)
  }

  known(value: unknown, name: string): void {
    if (value === null || value === undefined) return
    this.names.set(value, name)
  }

  nested(run: () => void, wrap: (body: string) => string): void {
    const outer = this.lines
    this.lines = []
    try {
      run()
    } finally {
      const body = this.lines.map((line) => `  ${line}`).join('\n')
      this.lines = outer
      const text = wrap(`{\n${body}\n}`)
      if (text !== '') this.lines.push(text)
    }
  }

  /** Keeps a place for text that is known later. */
  reserve(): number {
    return this.lines.push('') - 1
  }

  place(slot: number, text: string): void {
    this.lines[slot] = text
  }

  /** A statement that is no call of the surface. */
  line(text: string): void {
    this.lines.push(text)
  }

  assign(target: string, value: unknown): void {
    this.lines.push(`${target} = ${this.text(value)}`)
  }

  /** A typed view of a pointer. */
  viewed(view: object, p: unknown): void {
    this.lines.push(`const v${++this.count} = ${this.text(p)}.as(Box)`)
    this.names.set(view, `v${this.count}`)
  }

  nameOf(value: unknown): string {
    return this.text(value)
  }

  /** Code of a task, as text: a child that writes and ends, one that keeps its address space, one that completes. */
  function(body: unknown, area: { readonly at: unknown } | undefined): void {
    this.used.add('exit')
    const write = area === undefined ? '' : `${this.text(area.at)}.write_u32(0, 1); `
    this.names.set(body, `() => { ${write}exit(0) }`)
  }

  keeper(body: unknown, box: object): void {
    for (const name of ['current', 'mmgrab']) this.used.add(name)
    this.names.set(body, `() => { ${this.text(box)}.mm = current.mm; mmgrab(current.mm) }`)
  }

  completer(body: unknown, done: object): void {
    this.used.add('complete')
    this.names.set(body, `() => { complete(${this.text(done)}); return 0 }`)
  }

  private text(value: unknown): string {
    const known = this.names.get(value)
    if (known !== undefined) return known
    if (typeof value === 'bigint') return `${value}n`
    if (typeof value === 'string') return JSON.stringify(value)
    if (typeof value === 'number' && value < 0) return `(${value})`
    if (Array.isArray(value)) return `[${value.map((one) => this.text(one)).join(', ')}]`
    if (typeof value === 'function') return 'noop'
    if (value !== null && typeof value === 'object') {
      const fields = Object.entries(value).map(([key, one]) => `${key}: ${this.text(one)}`)
      return `{ ${fields.join(', ')} }`
    }
    return String(value)
  }

  /** The snippet. `machine` and `era` as a run takes them. */
  snippet(era: string, machine: Readonly<Record<string, string>>): string {
    const settings = Object.entries(machine).map(([key, value]) => `${key}=${value}`)
    const byModule = new Map<string, string[]>()
    for (const name of this.used) {
      if (DRIVER_EXPORTS.includes(name)) continue
      const list = byModule.get(moduleOf(name)) ?? []
      list.push(name)
      byModule.set(moduleOf(name), list)
    }
    const imported = (name: string): boolean => new RegExp(`^import .*\\b${name}\\b`, 'm').test(DRIVER_TEXT)
    const imports = [...byModule]
      .map(([module, names]) => [module, names.filter((name) => !imported(name))] as const)
      .filter(([, names]) => names.length > 0)
      .map(([module, names]) => `import { ${names.join(', ')} } from '${module}'`)
    const lines = this.pending === '' ? this.lines : [...this.lines, this.pending]
    const body = lines.map((line) => `  ${line.replaceAll('\n', '\n  ')}`).join('\n')
    return [
      `// @era ${era}`,
      `// @machine ${settings.join(' ')}`,
      ...imports,
      DRIVER_TEXT.replaceAll('export const', 'const').trimEnd(),
      '',
      `waitpid(spawn('random', () => {\n${body}\n}))`,
      '',
    ].join('\n')
  }
}
