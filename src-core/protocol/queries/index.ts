/** Every question about a finished run, by call name. The server answers from this table. */
import type { Calls } from '../messages.ts'
import { findAddress } from './address-views/find-address.ts'
import { space, spaces } from './address-views/space-at.ts'
import { eventRows } from './biography.ts'
import { originsOf } from './byte-origins.ts'
import { frameRows } from './frame-rows.ts'
import { inspect } from './inspect.ts'
import { bytesAt, locate } from './locate.ts'
import { mapInks } from './map-inks.ts'
import { mapCells } from './map.ts'
import { programMemory } from './program-memory.ts'
import type { RunView } from './run-view.ts'
import { neighbours, stepRows, stepsOfLine } from './steps.ts'
import { timeline } from './timeline.ts'
import { timelineTotals } from './timeline-totals.ts'
import { traceFile } from './trace-file.ts'
import { walk } from './walks.ts'
import { variables } from './variables.ts'

/** Calls that are about one run. */
export type QueryName =
  | 'map'
  | 'inks'
  | 'frameRows'
  | 'timeline'
  | 'totals'
  | 'inspect'
  | 'walk'
  | 'spaces'
  | 'space'
  | 'findAddress'
  | 'events'
  | 'origins'
  | 'steps'
  | 'stepsOfLine'
  | 'neighbours'
  | 'variables'
  | 'locate'
  | 'programMemory'
  | 'bytes'
  | 'traceFile'

export const QUERIES: { readonly [K in QueryName]: (view: RunView, ask: Calls[K]['ask']) => Calls[K]['answer'] } = {
  map: mapCells,
  inks: mapInks,
  frameRows,
  timeline,
  totals: timelineTotals,
  inspect,
  walk,
  spaces,
  space,
  findAddress,
  events: eventRows,
  origins: originsOf,
  steps: stepRows,
  stepsOfLine,
  neighbours,
  variables,
  locate,
  programMemory,
  bytes: bytesAt,
  traceFile,
}
