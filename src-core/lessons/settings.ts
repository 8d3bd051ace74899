/** Settings of a lesson: lines of "name: value". The line of each is known, so that what is wrong is told there. */

/** Settings of a block with the line of each key. */
export class Settings {
  private readonly used = new Set<string>()

  constructor(
    private readonly values: Readonly<Record<string, unknown>>,
    private readonly lines: Readonly<Record<string, number>>,
    /** Line of the block. */
    readonly line: number,
    private readonly complain: (line: number, message: string) => void,
  ) {}

  /** These settings, with those of `other` that nobody asked for yet in their place: what a twin says differently. */
  with(other: Settings): Settings {
    const rest = Object.fromEntries(Object.entries(other.values).filter(([key]) => !other.used.has(key)))
    return new Settings({ ...this.values, ...rest }, { ...this.lines, ...other.lines }, other.line, this.complain)
  }

  has(key: string): boolean {
    return Object.hasOwn(this.values, key)
  }

  text(key: string, fallback?: string): string {
    const value = this.take(key)
    if (value === undefined || value === null) {
      if (fallback === undefined) this.complain(this.line, `"${key}" is missing`)
      return fallback ?? ''
    }
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return String(value).trim()
    this.complain(this.lineOf(key), `"${key}" takes text`)
    return fallback ?? ''
  }

  list(key: string): readonly string[] {
    const value = this.take(key)
    if (value === undefined || value === null) return []
    const items = Array.isArray(value) ? (value as unknown[]) : [value]
    if (items.every((item) => ['string', 'number', 'boolean'].includes(typeof item))) return items.map(String)
    this.complain(this.lineOf(key), `"${key}" takes a list of texts`)
    return []
  }

  flag(key: string): boolean {
    const value = this.take(key)
    if (value === undefined || typeof value === 'boolean') return value === true
    this.complain(this.lineOf(key), `"${key}" is true or false`)
    return false
  }

  oneOf<T extends string>(key: string, allowed: readonly T[], fallback?: T): T {
    const text = this.text(key, fallback)
    const found = allowed.find((one) => one === text)
    if (found === undefined && text !== '')
      this.complain(this.lineOf(key), `"${key}" is one of ${allowed.join(', ')}, not "${text}"`)
    return found ?? fallback ?? allowed[0]!
  }

  number(key: string, low: number, high: number, fallback?: number): number {
    if (!this.has(key) && fallback !== undefined) return fallback
    const value = Number(this.text(key))
    if (Number.isInteger(value) && value >= low && value <= high) return value
    this.complain(this.lineOf(key), `"${key}" is a whole number from ${low} to ${high}`)
    return low
  }

  lineOf(key: string): number {
    return this.lines[key] ?? this.line
  }

  /** Complains of keys that nobody asked for. */
  close(): void {
    for (const key of Object.keys(this.values))
      if (!this.used.has(key)) this.complain(this.lineOf(key), `there is no setting "${key}" here`)
  }

  private take(key: string): unknown {
    this.used.add(key)
    return this.values[key]
  }
}
