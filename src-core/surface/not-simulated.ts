/**
 * Functions of SURFACE §2 that are listed and not simulated yet. Calling one is the diagnosis `not-simulated`, by
 * name. A name leaves this list by being implemented in its module.
 */
export const NOT_SIMULATED_MODULES: Readonly<Record<string, readonly string[]>> = {}

export const NOT_SIMULATED: readonly string[] = Object.values(NOT_SIMULATED_MODULES).flat()
