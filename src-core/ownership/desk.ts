/**
 * Where findings are collected. It keeps the promise "one mistake, one diagnosis": the same mistake again is counted,
 * and what follows from a mistake goes into that mistake's consequences.
 */
import type { RuleCode } from './codes.ts'
import type { Finding, FindingCandidate, FindingLine, FindingRight } from './finding.ts'
import type { Certainty, Severity } from './words.ts'

/** A finding as a rule states it; what is left out has the usual value. */
export interface Draft {
  readonly code: RuleCode
  readonly message: string
  readonly step: number
  readonly allocation: number
  readonly severity?: Severity
  readonly certainty?: Certainty
  readonly story?: readonly FindingLine[]
  readonly rightsLeft?: readonly FindingRight[]
  readonly pointers?: readonly number[]
  readonly fix: string
  readonly kernel?: string
  /** Two or more make the finding a possible one. */
  readonly candidates?: readonly FindingCandidate[]
  /** Mistakes with the same key are one mistake, repeated. Left out: code and memory, or code and place. */
  readonly key?: string
  /** With a key: the same code at the same place on memory of the same origin (a loop) is one mistake too. */
  readonly byPlace?: boolean
  /** The mistake that this follows from. */
  readonly because?: Finding | null
}

/** What the desk asks of the ledger. */
export interface DeskContext {
  /** Rows that name this allocation have to be shown to the rules from now on. */
  taint(allocation: number): void
  /** Site of a step. */
  siteOf(step: number): number
  /** Task of a step. */
  taskOf(step: number): number
  /** Site that made an allocation. */
  originOf(allocation: number): number
  /** What a step does, and who does it. */
  told(step: number): string
}

/** Other places of a repeated mistake that are told. */
const MOST_AGAIN = 4

export class Desk {
  private readonly findings: Finding[] = []
  private readonly byKey = new Map<string, Finding>()
  /** The mistake that explains what happens to an allocation from now on. */
  private readonly blamed = new Map<number, Finding>()
  private said = 0

  constructor(private readonly context: DeskContext) {}

  /**
   * The finding that a violation repeats, now counted once more; null if it is a new one. The same mistake is the
   * same code on the same memory, or at the same place on memory of the same origin (a loop).
   */
  repeated(code: RuleCode, allocation: number, step: number, because: Finding | null = null): Finding | null {
    const known =
      this.byKey.get(this.memory(code, allocation, because)) ??
      this.byKey.get(this.place(code, allocation, step, because))
    if (known !== undefined) this.again(known, step)
    return known ?? null
  }

  /** True if a mistake with this key is known: it is counted once more. */
  repeatedAs(key: string, step: number): boolean {
    const known = this.byKey.get(key)
    if (known !== undefined) this.again(known, step)
    return known !== undefined
  }

  /** How often a mistake was stated so far, new ones and repeats: whether a rule spoke shows by the difference. */
  get stated(): number {
    return this.said
  }

  /** Counts a repeat; where it happens is told if it is another place than those before. */
  private again(known: Finding, step: number): void {
    const { siteOf, told } = this.context
    this.said++
    known.repeats++
    if (known.again.length === MOST_AGAIN) return
    const site = siteOf(step)
    if (site === 0 || siteOf(known.step) === site || known.again.some((line) => siteOf(line.step) === site)) return
    known.again.push({ role: 'used', step, text: `again: ${told(step)}` })
  }

  private memory(code: RuleCode, allocation: number, because: Finding | null): string {
    return `${code} ${allocation} after ${because === null ? 0 : because.step}`
  }

  private place(code: RuleCode, allocation: number, step: number, because: Finding | null): string {
    const { siteOf, originOf } = this.context
    return `${code} at ${siteOf(step)} of ${originOf(allocation)} after ${because === null ? 0 : because.step}`
  }

  /** Adds a finding, or counts it as a repeat of the same mistake. */
  raise(draft: Draft): Finding {
    const { code, allocation } = draft
    const because = draft.because ?? null
    const keys =
      draft.key !== undefined || allocation === 0
        ? [
            draft.key ?? `${code} at ${this.context.siteOf(draft.step)}`,
            ...(draft.byPlace === true ? [this.place(code, allocation, draft.step, because)] : []),
          ]
        : [this.memory(code, allocation, because), this.place(code, allocation, draft.step, because)]
    for (const key of keys) {
      const known = this.byKey.get(key)
      if (known === undefined) continue
      this.again(known, draft.step)
      return known
    }
    this.said++
    const candidates = draft.candidates ?? []
    const finding: Finding = {
      code: draft.code,
      severity: draft.severity ?? 'error',
      certainty: draft.certainty ?? (candidates.length > 1 ? 'possible' : 'definite'),
      message: draft.message,
      step: draft.step,
      allocation: draft.allocation,
      story: draft.story ?? [],
      rightsLeft: draft.rightsLeft ?? [],
      pointers: draft.pointers ?? [],
      consequences: [],
      fix: draft.fix,
      kernel: draft.kernel ?? '',
      candidates,
      repeats: 0,
      again: [],
    }
    for (const key of keys) this.byKey.set(key, finding)
    const list = because === null ? this.findings : because.consequences
    list.push(finding)
    this.context.taint(allocation)
    return finding
  }

  /** From now on violations on `allocation` follow from `finding`. The first blame stays. */
  blame(allocation: number, finding: Finding): void {
    if (allocation === 0 || this.blamed.has(allocation)) return
    this.blamed.set(allocation, finding)
    this.context.taint(allocation)
  }

  /** The mistake that explains violations on an allocation, if there is one. */
  blameFor(allocation: number): Finding | null {
    return this.blamed.get(allocation) ?? null
  }

  /** The finding with a code about an allocation, at top level. */
  find(code: RuleCode, allocation: number): Finding | null {
    return this.findings.find((finding) => finding.code === code && finding.allocation === allocation) ?? null
  }

  /** The last finding, at top level, in a step of a task; null if it has none. */
  lastOf(task: number): Finding | null {
    return this.findings.findLast(({ step }) => this.context.taskOf(step) === task) ?? null
  }

  /** The last finding, also among consequences, of which something is true; null if there is none. */
  latest(wanted: (finding: Finding) => boolean): Finding | null {
    let found: Finding | null = null
    const look = (finding: Finding): void => {
      if (wanted(finding) && (found === null || finding.step >= found.step)) found = finding
      finding.consequences.forEach(look)
    }
    this.findings.forEach(look)
    return found
  }

  /** True if a finding, or what follows from one, is about an allocation. */
  isAbout(allocation: number): boolean {
    const about = (finding: Finding): boolean => finding.allocation === allocation || finding.consequences.some(about)
    return allocation !== 0 && this.findings.some(about)
  }

  /** Makes findings that were reported on their own consequences of a mistake that showed itself later. */
  absorb(cause: Finding, follows: (finding: Finding) => boolean): void {
    for (let i = this.findings.length - 1; i >= 0; i--) {
      const finding = this.findings[i]
      if (finding === undefined || finding === cause || !follows(finding)) continue
      this.findings.splice(i, 1)
      cause.consequences.unshift(finding)
    }
  }

  /** Takes findings back that turned out to be no mistakes. */
  withdraw(wrong: (finding: Finding) => boolean): void {
    for (let i = this.findings.length - 1; i >= 0; i--) {
      const finding = this.findings[i]
      if (finding === undefined || !wrong(finding)) continue
      this.findings.splice(i, 1)
      for (const [allocation, blamed] of this.blamed) if (blamed === finding) this.blamed.delete(allocation)
    }
  }

  /** Puts `next` in the place of a finding that turned out to be another mistake; it inherits the consequences. */
  replace(finding: Finding, next: Finding): void {
    const at = this.findings.indexOf(finding)
    if (at >= 0) this.findings.splice(at, 1)
    next.consequences.push(...finding.consequences)
  }

  /** All findings by place in the run. */
  sorted(): Finding[] {
    return [...this.findings].sort((x, y) => x.step - y.step || (x.code < y.code ? -1 : x.code > y.code ? 1 : 0))
  }
}
