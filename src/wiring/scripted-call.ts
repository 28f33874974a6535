import type { callWorld } from '../adapters/engine/scripted/call.ts'

/** Calls to the scripted world at a socket, for the parts of it that are no engine. Only tests have one: what they are made with is loaded at the first call. */
export function scriptedCall(socket: string): <T>(method: string, args: unknown, signal?: AbortSignal) => ReturnType<typeof callWorld<T>> {
  return async (method, args, signal) => {
    const { callWorld: call } = await import('../adapters/engine/scripted/call.ts')
    return await call(socket, method, args, signal)
  }
}
