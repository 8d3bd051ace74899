/**
 * The one table of calls between a window and the core. Client, server, validation and tests derive from it.
 * Only data crosses; typed arrays are transferred. Answers are bounded by what a screen can show, never by the
 * length of a run.
 */
import type { Colouring } from './map-ink.ts'
import type { Languages } from '../report/catalogue/caught-by.ts'
import type { Report, ReportError } from '../report/report.ts'
import type { Exploration, Swapped } from '../explore/options.ts'
import type { SourceFile } from '../compiler/contract.ts'
import type { StaticFinding } from '../compiler/static/finding.ts'
import type { Lesson, LessonFiles, LessonProblem } from '../lessons/lesson.ts'
import type { GoalResult } from '../lessons/verdict.ts'
import type { LessonExploration } from '../surface/handles/lesson-run.ts'
import type { LogLine, MachineInfo, TaskInfo } from '../trace/record.ts'

import type { FoundAddress, SpaceName, SpaceView } from './address-view.ts'
import type { EventRow, Inspection, PageWalk } from './inspection.ts'
import type { FrameRow, MapCells, MapInks } from './map-cells.ts'
import type { Timeline, TimelineTotals } from './timeline-view.ts'
import type { TraceFileAsk, TraceFilePart } from './trace-file.ts'

export type { StaticEdit, StaticFinding, StaticPlace } from '../compiler/static/finding.ts'
export type { Exploration, ExploredFinding, Incomplete, Swapped, SwappedStep } from '../explore/options.ts'
export { PageBit } from './address-view.ts'
export type { AreaKind, FoundAddress, FrameColumns, SpaceArea, SpaceName, SpaceView } from './address-view.ts'
export { BYTE_REGION_NAMES, ByteRegion, Painted } from './inspection.ts'
export type { EventRow, FieldRow, Inspection, PageWalk, RightRow, StructView, WalkLevel } from './inspection.ts'

export { CellMark, NO_REFCOUNT, refcountText } from './map-cells.ts'
export type { FrameRow, MapCells, MapInks } from './map-cells.ts'
export type {
  Timeline,
  TimelineBar,
  TimelineLane,
  TimelineMove,
  TimelineSpan,
  TimelineTick,
  TimelineTotals,
  TimelineTrack,
  TrackGroup,
} from './timeline-view.ts'

export { answerOf } from '../base/answer-set.ts'

export const PROTOCOL_VERSION = 1

export interface RunRequest {
  /** Path of the program among `files`. */
  readonly entry: string
  readonly files: readonly SourceFile[]
  /** Era id, or null for the program's own first era (its `@era` pragma, else v6.12). */
  readonly era: string | null
  /** Overrides of the program's `@machine` pragma (SURFACE §5), e.g. `{ memory: '64M' }`. */
  readonly machine: Readonly<Record<string, string>>
  /** Schedule token to replay; left out or empty = the program's own `@schedule`, else the default schedule. */
  readonly schedule?: string
}

/** What a window knows of a run at once. */
export interface RunSummary {
  /** Names the run in later questions. The core keeps the last few runs only. */
  readonly run: number
  /** Report without era verdicts; they follow as a `verdicts` notice. */
  readonly report: Report
  readonly machine: MachineInfo
  readonly tasks: readonly TaskInfo[]
  readonly log: readonly LogLine[]
  readonly steps: number
  readonly allocations: number
  /** Milliseconds in the compiler, in the simulator, in the rules. */
  readonly compileMs: number
  readonly runMs: number
  readonly judgeMs: number
}

/** What a person selected: a frame or a piece of memory. */
export type Target = { readonly pfn: number } | { readonly allocation: number }

/** One step as a row. */
export interface StepRow {
  readonly step: number
  readonly op: string
  readonly task: number
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  /** The call as written. */
  readonly text: string
  /** Name of the function it is written in; null at top level. */
  readonly within: string | null
  readonly allocation: number
  /** Frame concerned, -1 if none. */
  readonly pfn: number
  /** What it did, as a short sentence: `refcount 1 → 2`. Empty if nothing changed. */
  readonly effect: string
}

/** What one variable is at a step. */
export interface VariableRow {
  /** As it is written: `a`, `state.page`. */
  readonly name: string
  /** Where its value was made: the call that was stored. */
  readonly file: string
  readonly line: number
  readonly column: number
  /**
   * `reference`: a count of its own on memory that somebody else made; `moved`: it gave its memory, or that count, away
   * while others keep the memory; `freed`: the memory, or the mapping that the address belongs to, is gone.
   */
  readonly state: 'owner' | 'reference' | 'borrowed' | 'moved' | 'freed'
  readonly allocation: number
  /** Step that stored it. */
  readonly step: number
}

/** Question and answer by call name. `step` 0 means before the first step; `steps` is the last. */
export interface Calls {
  hello: {
    /** `lastRun`: the last run that the window knows, of a core before this one; runs to come get higher numbers. */
    ask: { readonly version: number; readonly lastRun?: number }
    answer: { readonly version: number; readonly eras: readonly EraInfo[] }
  }
  run: { ask: RunRequest; answer: RunSummary }
  /** Ends the run that is going on; its `run` call answers with outcome `budget`. */
  cancel: { ask: Record<string, never>; answer: Record<string, never> }
  map: {
    ask: {
      readonly run: number
      readonly step: number
      readonly from: number
      readonly to: number
      readonly cells: number
    }
    answer: MapCells
  }
  inks: {
    ask: {
      readonly run: number
      readonly step: number
      readonly by: Colouring
      readonly framesPerCell: number
      /** `version` of the answer that the asker still has, for the same colouring and share; 0 if none. */
      readonly since: number
    }
    answer: MapInks
  }
  /** Frames in use or marked with a broken rule, in address order: `count` rows from row `from` (0 = the first) on. */
  frameRows: {
    ask: { readonly run: number; readonly step: number; readonly from: number; readonly count: number }
    answer: {
      readonly rows: readonly FrameRow[]
      /** Rows that there are. */
      readonly total: number
    }
  }
  timeline: {
    ask: {
      readonly run: number
      readonly from: number
      readonly to: number
      readonly width: number
      readonly maxBars: number
      /** Only memories whose name, kind or owner has this in it; left out = all. */
      readonly filter?: string
      /** Memories that are always among the bars, if they live in the range. */
      readonly pinned?: readonly number[]
    }
    answer: Timeline
  }
  /** Counts what happened from one step to another, both in it. */
  totals: { ask: { readonly run: number; readonly from: number; readonly to: number }; answer: TimelineTotals }
  inspect: {
    ask: {
      readonly run: number
      readonly step: number
      readonly target: Target
      /** Structs, walks and the comparison too; without it `since` is `step`, as for a hover card. */
      readonly full?: boolean
      /** Step to compare with. */
      readonly since?: number
    }
    answer: Inspection
  }
  /** Walks the page table of an address space (0 = the first there is) to a user address, or vmalloc space. */
  walk: {
    ask: { readonly run: number; readonly step: number; readonly space: number; readonly address: string }
    answer: {
      /** Numbers of the address spaces that have a page table. */
      readonly spaces: readonly number[]
      readonly walk: PageWalk | null
      /** Why there is no walk; empty if there is one. */
      readonly why: string
    }
  }
  /** The address spaces of a run, beside physical memory. */
  spaces: { ask: { readonly run: number }; answer: { readonly spaces: readonly SpaceName[] } }
  /** One address space at a step: areas, pages and the frames behind them. Null: the run has none of this id. */
  space: {
    ask: { readonly run: number; readonly step: number; readonly space: string }
    answer: SpaceView | null
  }
  /** Which space an address lies in, and where it leads. `space`: looked at first; empty = none. */
  findAddress: {
    ask: { readonly run: number; readonly step: number; readonly space: string; readonly address: string }
    answer: FoundAddress
  }
  /** Rows of a biography, oldest first. */
  events: {
    ask: {
      readonly run: number
      readonly target: Target
      readonly from: number
      readonly count: number
      /** Step whose place in the list is wanted; left out = the last. */
      readonly step?: number
    }
    /** `latest`: index of the last row up to that step; -1 = none. */
    answer: { readonly rows: readonly EventRow[]; readonly total: number; readonly latest: number }
  }
  /**
   * Of each byte at a physical address: the step that changed it last (0 = none), what the allocator's debugging left
   * there (`Painted`), and what it belongs to (`ByteRegion`). At most 4 KiB.
   */
  origins: {
    ask: { readonly run: number; readonly step: number; readonly address: number; readonly length: number }
    answer: { readonly steps: Uint32Array; readonly painted: Uint8Array; readonly regions: Uint8Array }
  }
  /** Rows of consecutive steps. */
  steps: {
    ask: { readonly run: number; readonly from: number; readonly count: number }
    answer: { readonly rows: readonly StepRow[] }
  }
  /** Steps of a source line, first to last (at most 100), for a click in the editor. */
  stepsOfLine: {
    ask: { readonly run: number; readonly file: string; readonly line: number }
    answer: { readonly steps: readonly number[]; readonly total: number }
  }
  /** Steps that concern one piece of memory or frame, next and previous of `step`; 0 = none. */
  neighbours: {
    ask: { readonly run: number; readonly step: number; readonly target: Target }
    answer: { readonly previous: number; readonly next: number }
  }
  /** What each variable of the program is after a step. */
  variables: {
    ask: { readonly run: number; readonly step: number }
    answer: { readonly rows: readonly VariableRow[] }
  }
  /** Where a piece of memory lies: its first frame (-1 if none) and number of frames. */
  locate: {
    ask: { readonly run: number; readonly step: number; readonly target: Target }
    answer: { readonly pfn: number; readonly frames: number; readonly allocation: number }
  }
  /** Frames of the memories that problems are about, then of others of the run, each when it lived; not many. */
  programMemory: {
    ask: { readonly run: number }
    answer: {
      readonly runs: readonly { readonly pfn: number; readonly frames: number; readonly allocation: number }[]
    }
  }
  bytes: {
    ask: { readonly run: number; readonly step: number; readonly address: number; readonly length: number }
    answer: { readonly bytes: Uint8Array }
  }
  /** The run as a file, part by part. */
  traceFile: { ask: TraceFileAsk; answer: TraceFilePart }
  explain: { ask: { readonly code: string }; answer: Explanation | null }
  /**
   * Explores the schedules of a program; `exploring` notices tell how far it is. A newer exploration, or
   * `stopExplore`, ends it: it answers with what it found so far, `complete` false. A finding's token is replayed with
   * `run` (`schedule`); the replayed run answers all other questions, so its lanes are the picture of the schedule.
   */
  explore: { ask: ExploreRequest; answer: ExploreAnswer }
  stopExplore: { ask: Record<string, never>; answer: Record<string, never> }
  /** Makes the exploration going on wait, or lets it go on. */
  pauseExplore: { ask: { readonly paused: boolean }; answer: Record<string, never> }
  /** Exchanges a step of a run under a schedule with the step after it, and says what comes of it. */
  swapSteps: { ask: SwapRequest; answer: Swapped }
  /** One file as it would be written in a kernel tree: in C and in Rust. What cannot be put so is said in comments. */
  translate: {
    /** `others`: the other files of the program, for what the file imports from them. */
    ask: { readonly path: string; readonly text: string; readonly others?: readonly SourceFile[] }
    answer: { readonly c: string; readonly rust: string }
  }
  /** Ownership mistakes that the text shows, without a run. None for a program that does not compile. */
  check: { ask: RunRequest; answer: { readonly findings: readonly StaticFinding[] } }
  /** Reads the files of a lesson folder (docs/lessons.md). */
  lesson: {
    ask: { readonly id: string; readonly files: LessonFiles }
    answer: { readonly lesson: Lesson | null; readonly problems: readonly LessonProblem[] }
  }
  /**
   * Judges a program as the answer to a lesson; it runs after the run that is going on. `race`: its schedules are
   * explored too. A newer question takes the place of one that still waits.
   */
  lessonCheck: {
    ask: {
      readonly id: string
      readonly files: LessonFiles
      /** Name of the program, as its file would be called. */
      readonly program: string
      readonly text: string
      readonly race: boolean
    }
    answer: LessonAnswer
  }
}
export type CallName = keyof Calls

/** What a program means for a lesson. */
export interface LessonAnswer {
  readonly goals: readonly GoalResult[]
  /** True answers by id of the question. */
  readonly answers: Readonly<Record<string, string>>
  /** Errors that keep the program from running; the goals are empty then. */
  readonly errors: readonly ReportError[]
  /** What is wrong with the lesson's check.ts; empty if nothing is. */
  readonly broken: string
  /** The schedules of a race step in the lesson's first era; null if nobody asked for them. */
  readonly exploration: LessonExploration | null
}

export interface EraInfo {
  readonly id: string
  readonly title: string
  readonly basis: 'measured' | 'source' | 'plan'
  readonly summary: string
}
export interface Explanation {
  readonly code: string
  readonly title: string
  readonly meaning: string
  /** How a real kernel shows it. */
  readonly kernel: string
  readonly fix: string
  readonly reference: string
  /** Smallest bad program and its fix, if the corpus has them. */
  readonly bad: string | null
  readonly good: string | null
  /** What finds the mistake first, in each language. */
  readonly languages: Languages | null
}

/** What to explore. */
export interface ExploreRequest extends RunRequest {
  readonly mode: 'exhaustive' | 'random' | 'pct'
  /** Preemptions that a schedule may have; null = any number. */
  readonly bound: number | null
  readonly maxExecutions: number | null
  readonly seed: number
  /** Seconds after which it ends with what it found; null = none. */
  readonly seconds: number | null
  /** Workers. */
  readonly jobs: number
}

/** Which step of which schedule to exchange with the next one. */
export interface SwapRequest extends RunRequest {
  readonly schedule: string
  /** The step as the run under that schedule counts. */
  readonly step: number
}

/** What an exploration found; `exploration` is null if the program does not compile. */
export interface ExploreAnswer {
  readonly exploration: Exploration | null
  readonly errors: readonly { readonly message: string; readonly file: string; readonly line: number }[]
}

/** What the core says without being asked. */
export type Notice =
  /** How far the exploration is; `share` of the schedules is behind (0 to 1), null = that cannot be told. */
  | {
      readonly notice: 'exploring'
      readonly executions: number
      readonly redundant: number
      readonly findings: number
      readonly share: number | null
      readonly ms: number
    }
  | { readonly notice: 'state'; readonly state: 'idle' | 'compiling' | 'running' | 'judging'; readonly steps: number }
  /** The report of a run, with the verdicts of the other eras. */
  | { readonly notice: 'verdicts'; readonly run: number; readonly report: Report }
  /** The other eras are being run: which one now, and how many are behind. */
  | { readonly notice: 'eras'; readonly run: number; readonly era: string; readonly done: number; readonly of: number }
  /** Every era's codes for the same program: the matrix. null = did not finish. */
  | {
      readonly notice: 'matrix'
      readonly run: number
      readonly eras: Readonly<
        Record<string, readonly { code: string; severity: string; line: number; file: string }[] | null>
      >
    }
  /** The runner was killed and replaced. */
  | { readonly notice: 'runner-replaced'; readonly reason: string }

export type ClientMessage = { readonly id: number; readonly call: CallName; readonly ask: unknown }
export type ServerMessage =
  | { readonly id: number; readonly answer: unknown }
  | {
      readonly id: number
      readonly error: {
        readonly code: 'bad-request' | 'no-such-run' | 'superseded' | 'failed'
        readonly message: string
      }
    }
  | Notice
