/** What a run in the app may take. The terminal has flags for more. */
import { DEFAULT_BUDGETS, type Budgets } from '../runtime/run-options.ts'

export const APP_BUDGETS: Budgets = { ...DEFAULT_BUDGETS, seconds: 3 }
