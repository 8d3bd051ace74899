/** The machine a program runs on: what `// @machine` and `--machine` may say (SURFACE §5 and §9). */
import { nearestWord } from '../base/suggest.ts'
import type { MachineInfo } from '../trace/record.ts'

export type Arch = MachineInfo['arch']

export interface MachineConfig {
  /** Bytes of RAM. */
  readonly memory: number
  readonly cpus: number
  readonly arch: Arch
  /** DEBUG_VM, generic KASAN and the other debug tools of SURFACE §9. */
  readonly debug: boolean
  readonly iommu: boolean
  /** Every streaming DMA mapping goes through a bounce buffer. */
  readonly swiotlb: boolean
  readonly seed: number
  /** Free pages are filled with 0xaa and looked at when they are handed out (the boot option of that name). */
  readonly page_poison: boolean
  /** i386-highmem: bytes of memory that are not in the linear map; null = what is above 896 MiB. */
  readonly highmem: number | null
}

const MIB = 1024 * 1024
const GIB = 1024 * MIB

export const DEFAULT_MACHINE: MachineConfig = {
  memory: 64 * MIB,
  cpus: 1,
  arch: 'x86_64',
  debug: true,
  iommu: false,
  swiotlb: false,
  seed: 1,
  page_poison: false,
  highmem: null,
}

const ARCHES: readonly Arch[] = ['x86_64', 'arm64-16k', 'i386-highmem']
const KEYS = ['memory', 'cpus', 'arch', 'debug', 'iommu', 'swiotlb', 'seed', 'highmem', 'page_poison'] as const
type Key = (typeof KEYS)[number]

export type ParsedMachine =
  { readonly ok: true; readonly config: MachineConfig } | { readonly ok: false; readonly errors: readonly string[] }

/** Bytes that a text like `64M` or `1G` names, or undefined. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d{1,10})([KMG]?)$/i.exec(text)
  if (match === null) return undefined
  const unit = { '': 1, K: 1024, M: MIB, G: GIB }[(match[2] ?? '').toUpperCase()]
  return unit === undefined ? undefined : Number(match[1]) * unit
}

/** One reader per key: the value, or a text that says what is allowed. */
const READERS: { readonly [K in Key]: (text: string) => MachineConfig[K] | { readonly allowed: string } } = {
  memory: (text) => {
    const bytes = parseSize(text)
    return bytes !== undefined && bytes >= 4 * MIB && bytes <= 4 * GIB ? bytes : { allowed: '4M to 4G' }
  },
  cpus: (text) => {
    const cpus = /^\d{1,3}$/.test(text) ? Number(text) : 0
    return cpus >= 1 && cpus <= 64 ? cpus : { allowed: '1 to 64' }
  },
  arch: (text) => ARCHES.find((arch) => arch === text) ?? { allowed: ARCHES.join(', ') },
  debug: readSwitch,
  iommu: readSwitch,
  swiotlb: (text) => (text === 'force' ? true : text === 'off' ? false : { allowed: 'force, off' }),
  seed: (text) => {
    const seed = /^\d{1,10}$/.test(text) ? Number(text) : -1
    return seed >= 0 && seed <= 0xffff_ffff ? seed : { allowed: '0 to 4294967295' }
  },
  page_poison: readSwitch,
  highmem: (text) => parseSize(text) ?? { allowed: 'a size, such as 128M' },
}

function readSwitch(text: string): boolean | { readonly allowed: string } {
  return text === 'on' ? true : text === 'off' ? false : { allowed: 'on, off' }
}

/** A machine from key and value texts; every key not given has its default. All errors at once. */
export function parseMachine(record: Readonly<Record<string, string>>): ParsedMachine {
  const errors: string[] = []
  const values: Record<string, unknown> = { ...DEFAULT_MACHINE }
  if (record['arch'] === 'i386-highmem') values['memory'] = GIB
  for (const [key, text] of Object.entries(record)) {
    const known = KEYS.find((name) => name === key)
    if (known === undefined) {
      const near = nearestWord(key, KEYS)
      errors.push(
        `machine: unknown setting '${key}'${near === undefined ? '' : `, did you mean '${near}'?`}` +
          ` (known: ${KEYS.join(', ')})`,
      )
      continue
    }
    const value = READERS[known](text)
    if (typeof value === 'object' && value !== null) {
      errors.push(`machine: ${key}=${text} is not possible (allowed: ${value.allowed})`)
    } else {
      values[known] = value
    }
  }
  if (errors.length > 0) return { ok: false, errors }
  const config = values as unknown as MachineConfig
  const conflict = conflictOf(config)
  return conflict === undefined ? { ok: true, config } : { ok: false, errors: [`machine: ${conflict}`] }
}

/** What does not go together. */
function conflictOf(config: MachineConfig): string | undefined {
  if (config.highmem === null) return undefined
  if (config.arch !== 'i386-highmem') return `highmem needs arch=i386-highmem, not ${config.arch}`
  const low = config.memory - config.highmem
  if (low < 4 * MIB) return 'highmem leaves less than 4M of low memory'
  if (low > 896 * MIB) return 'low memory cannot exceed 896M: make highmem larger'
  return undefined
}

/** A machine from a text as in `// @machine memory=64M cpus=2`. */
export function parseMachineText(text: string): ParsedMachine {
  const record: Record<string, string> = {}
  for (const word of text.split(/[\s,]+/).filter((part) => part !== '')) {
    const at = word.indexOf('=')
    if (at < 0) return { ok: false, errors: [`machine: '${word}' is not of the form name=value`] }
    record[word.slice(0, at)] = word.slice(at + 1)
  }
  return parseMachine(record)
}
