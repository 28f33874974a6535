/** Unpredictable bytes, for names and generated secrets; tests hand in their own. */
export interface Random {
  bytes(count: number): Uint8Array
}
