/** Key under which the app hands its commands to whoever has a button for one. */
import type { InjectionKey } from 'vue'
import type { CommandId } from './commands.ts'

export const RUN_COMMAND: InjectionKey<(id: CommandId) => void> = Symbol('run-command')
