/** The era matrix as text: one row per diagnosis code and place, one column per era. */
import type { Matrix, Report } from './report.ts'
import { Painter, placeText, type TextOptions } from './text.ts'

/** The matrix of one program, newline at the end. */
export function matrixText(matrix: Matrix, options: TextOptions): string {
  const painter = new Painter(options.colour)
  const { reports } = matrix
  const rows = new Map<string, Map<string, string>>()
  for (const report of reports) {
    for (const [what, mark] of verdicts(report)) {
      const row = rows.get(what) ?? new Map<string, string>()
      row.set(report.era, mark)
      rows.set(what, row)
    }
  }
  const first = Math.max('code'.length, ...[...rows.keys()].map((text) => text.length))
  const width = (era: string): number => Math.max(era.length, 8)
  const head = ['code'.padEnd(first), ...reports.map(({ era }) => era.padEnd(width(era)))].join('  ')
  const lines = [reports[0]?.program ?? '', painter.paint(head.trimEnd(), 'bold')]
  for (const [what, row] of rows) {
    const cells = reports.map(({ era }) => {
      const mark = row.get(era) ?? '·'
      const text = mark.padEnd(width(era))
      return mark === 'error' ? painter.paint(text, 'red') : mark === 'warning' ? painter.paint(text, 'yellow') : text
    })
    lines.push([what.padEnd(first), ...cells].join('  ').trimEnd())
  }
  const outcome = reports.map(({ era, outcome: ended }) =>
    (ended === 'compile-error' ? 'n/a' : ended).padEnd(width(era)),
  )
  lines.push(['outcome'.padEnd(first), ...outcome].join('  ').trimEnd())
  lines.push(['basis'.padEnd(first), ...reports.map(({ era, basis }) => basis.padEnd(width(era)))].join('  ').trimEnd())
  return `${lines.join('\n')}\n`
}

function verdicts(report: Report): [string, string][] {
  const errors = (report.errors ?? []).map(({ code, at }): [string, string] => [
    `${code} ${placeText(at, false)}`,
    'error',
  ])
  const found = report.diagnoses.map(({ code, at, severity }): [string, string] => [
    `${code} ${placeText(at, false)}`,
    severity,
  ])
  return [...errors, ...found]
}
