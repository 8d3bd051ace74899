/** Lays the lines that a program printed beside the values that were measured. */
import type { CaseRun, MeasuredRow } from './cases.ts'

/** How a measured value is compared. */
export type How = 'value' | 'relation' | 'varies' | 'address'

export interface Comparison {
  readonly step: number
  readonly call: string
  readonly what: string
  readonly measured: string
  /** null = the program does not print it. */
  readonly simulated: string | null
  readonly how: How
  readonly reason: string
}

/** Values that say how addresses, pages or pfns relate to each other. */
const RELATION = /==|_is_|contig|^\w+(\[\d\])?-\w+$|-slab_base$|_on_same_|page_address\(t\)-/
/** Values that are addresses or pfns themselves. */
const ADDRESS = /\.pfn$|_pfn$|^[a-z]\d?$|^page_address\(\w+\)$/

/**
 * Compares in the order printed. A measured value that is no address and that no `Varies` line names has to be
 * printed; a line that was never measured is an error, which is thrown.
 */
export function compareCase(run: CaseRun, log: readonly string[]): Comparison[] {
  // What a program dies of is the kernel's line, not the case's.
  const printed = log.filter((line) => !/^\S+\[\d+\]: (segfault|bus error) /.test(line)).map(parseLine)
  const origin = run.measured.rows.find(([step, , what]) => `${step} ${what}` === run.from)
  const from = origin === undefined ? undefined : Number(origin[3])
  let at = 0
  const rows = run.measured.rows
    .filter(([, , what]) => !what.startsWith('LABAFTER'))
    .map((row) => {
      const [step, call, what, value] = row
      const next = printed[at]
      const matches = next !== undefined && next.step === step && next.what === what
      if (matches) at++
      const reason = run.varies.get(`${step} ${what}`) ?? ''
      const distance = from !== undefined && what.endsWith('.pfn')
      const how = reason !== '' ? 'varies' : distance ? 'relation' : howOf(row, matches)
      const measured = String(distance ? Number(value) - from : value)
      return { step, call, what, measured, simulated: matches ? next.value : null, how, reason }
    })
  const extra = printed[at]
  if (extra !== undefined) {
    throw new Error(
      `${run.name} (${run.run}): the line "${extra.step} ${extra.what} = ${extra.value}" was not measured here`,
    )
  }
  return rows
}

/** An address that the program prints is one that does not depend on the boot. */
function howOf([, , what]: MeasuredRow, printed: boolean): How {
  if (ADDRESS.test(what) && !printed) return 'address'
  return RELATION.test(what) ? 'relation' : 'value'
}

/** True if nothing speaks against the simulator. */
export function agrees({ how, measured, simulated }: Comparison): boolean {
  return how === 'varies' || how === 'address' || measured === simulated
}

function parseLine(line: string): { step: number; what: string; value: string } {
  const match = /^(\d+) (.+) = (.*)$/.exec(line)
  if (match === null) throw new Error(`the line "${line}" is not of the form STEP WHAT = VALUE`)
  return { step: Number(match[1]), what: match[2] ?? '', value: match[3] ?? '' }
}

/** The line of a kernel report without what differs between two runs: names, pids, addresses, offsets. */
export function plainKernelLine(line: string): string {
  return line
    .replace(/ in process \S+/, ' in process …')
    .replace(/\((Tainted: [^)]*|Not tainted)\)/, '(…)')
    .replace(/\bPID: \d+/, 'PID: …')
    .replace(/(BUG: KASAN: \S+ in ).*/, '$1…')
    .replace(/\+0x[0-9a-f]+\/0x[0-9a-f]+/g, '')
    .replace(/ \[ownership_lab\]|\.constprop\.0/g, '')
    .replace(/\bpfn:0?x?[0-9a-f]+/g, 'pfn:…')
    .replace(/(0x)?[0-9a-f]{16}\b/g, '…')
}

/**
 * Lines that the simulated kernel prints about mistakes and the real one did not; a line may end earlier than the
 * real one. What kmemleak would list does not count.
 */
export function invented(printed: readonly string[], measured: readonly string[]): string[] {
  const real = measured.map((line) => plainKernelLine(line))
  const known = (line: string): boolean => line === '' || isLeakLine(line) || real.some((one) => one.startsWith(line))
  return printed.map((line) => plainKernelLine(line)).filter((line) => !known(line))
}

/** Lines of DMA-API debugging that the real kernel printed and the simulated one did not. */
export function missingDmaLines(printed: readonly string[], measured: readonly string[]): string[] {
  const lines = printed.map((line) => plainKernelLine(line))
  const dma = measured.map((line) => plainKernelLine(line)).filter((line) => line.startsWith('DMA-API: '))
  return dma.filter((line) => !lines.some((one) => line.startsWith(one)))
}

/**
 * The first line of each misuse beside what the simulated kernel printed, in order; null = it printed none. A line may
 * end earlier than the real one.
 */
export function firstLines(
  printed: readonly string[],
  first: readonly string[],
): { measured: string; simulated: string | null }[] {
  const lines = printed.map((line) => plainKernelLine(line))
  let from = 0
  return first.map((line) => {
    const measured = plainKernelLine(line)
    const at = lines.findIndex((one, index) => index >= from && one !== '' && measured.startsWith(one))
    if (at >= 0) from = at + 1
    return { measured, simulated: lines[at] ?? null }
  })
}

/** A line of kmemleak, which looks for leaks when it is asked. */
export const isLeakLine = (line: string): boolean => line.startsWith('unreferenced object')
