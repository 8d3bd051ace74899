/**
 * Reports as SARIF 2.1.0, the format that code scanners and editors read. One SARIF run per era: the driver is
 * Pageward, its rules are the catalogue's entries that the results use, a result is a diagnosis, its story is a code
 * flow. Nothing in the text depends on the time or on the machine.
 */
import { CATALOGUE, isCode } from './catalogue.ts'
import { jsonText } from './json.ts'
import type { Diagnosis, Place, Report, Severity } from './report.ts'

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json'
/** Column unit of SURFACE §7. */
const COLUMN_KIND = 'utf16CodeUnits'
const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'note' }

interface Message {
  readonly text: string
}

interface Location {
  readonly id?: number
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string }
    readonly region: { readonly startLine: number; readonly startColumn: number }
  }
  readonly message?: Message
  readonly logicalLocations?: readonly { readonly name: string; readonly kind: string }[]
}

interface Rule {
  readonly id: string
  readonly shortDescription?: Message
  readonly fullDescription?: Message
  readonly help?: Message
}

interface Result {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: string
  readonly message: Message
  readonly locations: readonly Location[]
  readonly [more: string]: unknown
}

/** All reports as one SARIF log, newline at the end. Same reports, same bytes. */
export function sarifText(reports: readonly Report[]): string {
  const eras = [...new Set(reports.map(({ era }) => era))]
  return jsonText({
    $schema: SCHEMA,
    version: '2.1.0',
    runs: eras.map((era) => sarifRun(reports.filter((report) => report.era === era))),
  })
}

/** One run: every report of one era. */
function sarifRun(reports: readonly Report[]): unknown {
  const rules = new RuleTable()
  const results = reports.flatMap((report) => [
    ...(report.errors ?? []).map(({ code, message, at }) => rules.result(code, 'error', message, at, {})),
    ...report.diagnoses.map((diagnosis) => resultOf(diagnosis, report, rules)),
  ])
  const [first] = reports
  return {
    tool: {
      driver: { name: 'Pageward', semanticVersion: '0.1.0', rules: rules.all, properties: { basis: first?.basis } },
    },
    automationDetails: { id: `pageward/${first?.era ?? ''}/` },
    columnKind: COLUMN_KIND,
    invocations: reports.map((report) => ({
      executionSuccessful: report.outcome === 'completed' || report.outcome === 'oops' || report.outcome === 'deadlock',
      arguments: [report.program],
      properties: { era: report.era, outcome: report.outcome, schedule: report.schedule },
    })),
    results,
  }
}

/** The rules that the results of a run name, each once, in the order of first use. */
class RuleTable {
  readonly all: Rule[] = []
  private readonly indices = new Map<string, number>()

  index(code: string): number {
    const known = this.indices.get(code)
    if (known !== undefined) return known
    const index = this.all.length
    this.indices.set(code, index)
    if (!isCode(code)) this.all.push({ id: code })
    else {
      const { title, meaning, kernel, fix, reference } = CATALOGUE[code]
      const help = [`Real kernel: ${kernel}`, `Fix: ${fix}`, ...(reference === '' ? [] : [`See: ${reference}`])]
      this.all.push({
        id: code,
        shortDescription: { text: title },
        fullDescription: { text: meaning },
        help: { text: help.join('\n') },
      })
    }
    return index
  }

  result(code: string, level: string, text: string, at: Place, more: Readonly<Record<string, unknown>>): Result {
    return { ruleId: code, ruleIndex: this.index(code), level, message: { text }, locations: [location(at)], ...more }
  }
}

function resultOf(diagnosis: Diagnosis, report: Report, rules: RuleTable): Result {
  const { code, severity, message, at } = diagnosis
  const told = diagnosis.story.flatMap(({ role, at: place, text, task }) =>
    place === null ? [] : [{ place, text: `${role}: ${text}`, task }],
  )
  const related = [
    ...told.map(({ place, text }) => ({ place, text })),
    ...(diagnosis.candidates ?? []).flatMap(({ at: place, text }) =>
      place === null ? [] : [{ place, text: `candidate: ${text}` }],
    ),
    ...diagnosis.rights_left.flatMap(({ kind, on, holder, at: place }) =>
      place === null ? [] : [{ place, text: `left: ${kind} on the ${on}, held by ${holder}` }],
    ),
  ]
  const flow = told.map(({ place, text, task }, i) => ({
    location: { ...location(place, text), logicalLocations: [{ name: task, kind: 'thread' }] },
    executionOrder: i,
  }))
  return rules.result(code, LEVELS[severity], message, at, {
    ...(related.length === 0
      ? {}
      : { relatedLocations: related.map(({ place, text }, id) => ({ id, ...location(place, text) })) }),
    ...(flow.length === 0 ? {} : { codeFlows: [{ threadFlows: [{ locations: flow }] }] }),
    partialFingerprints: { 'pageward/place': `${code}:${at.file}:${at.line}:${at.column}` },
    properties: {
      certainty: diagnosis.certainty,
      era: report.era,
      task: diagnosis.task,
      step: diagnosis.step,
      memory: diagnosis.memory,
      eras: diagnosis.eras,
      fix: diagnosis.fix,
      kernel: diagnosis.kernel,
      consequences: diagnosis.consequences.map((one) => ({ code: one.code, at: one.at, message: one.message })),
    },
  })
}

function location(at: Place, text?: string): Location {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(at.file) },
      region: { startLine: at.line, startColumn: at.column },
    },
    ...(text === undefined ? {} : { message: { text } }),
  }
}

/** A path as a relative URI reference: SARIF allows no bare spaces or percent signs. */
function uriOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
