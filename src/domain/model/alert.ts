/** Something that a person has to know. */
export interface Alert {
  /** Letters, digits, `.`, `+` and `-`: the same for the same thing, whoever raises it. */
  id: string
  /** `stuck`: something is down. `failed`: something did not work and was taken back. `held`: it waits for a person. `trouble`: the host or a record. */
  kind: 'stuck' | 'failed' | 'held' | 'trouble' | 'notice'
  /** One sentence: what happened, to what. */
  what: string
  app: string
  versionTried?: string
  /** What waits for a person, and was not tried. */
  versionHeld?: string
  /** What runs now; absent: nothing. */
  versionRunning?: string | undefined
  lastLines: string[]
  next: string
  /** Where the same thing can happen again: which time it was. Another one is something new. */
  occurrence?: string
}

export interface StoredAlert extends Alert {
  /** ms UTC */
  raisedAt: number
  /** Set once it is over: a person has seen it, or it is no longer so. */
  ended?: { at: number; how: 'seen' | 'resolved'; says: string }
}

/** The key of a channel under `alerts` in the host's settings. */
export type ChannelName = string

/** The two things that a channel is told of an alert: that it is so, and that it is no longer so. */
export type Telling = 'raised' | 'resolved'

/** What is said to a channel. Sent twice it is the same message still: `id` tells. */
export interface AlertMessage {
  id: string
  /** The alert from raised to over, by {@link Delivery.event}: both messages have it. */
  event: string
  telling: Telling
  /** Which host speaks. */
  from: string
  /** ms UTC: when it became so, or was over. */
  at: number
  /** One line, without the host. */
  title: string
  text: string
  alert: StoredAlert
}

/** How far one alert has come on its way to the channels. */
export interface Delivery {
  schema: 1
  /** The alert's id and when it was raised: raised anew it is another event. */
  event: string
  /** As it was when last looked at; kept here because the alert's own file may be taken by the next event of the same id. */
  alert: StoredAlert
  channels: Record<ChannelName, Partial<Record<Telling, Sending>>>
}

/** One message on its way to one channel. */
export interface Sending {
  tried: number
  /** ms UTC; set before it is sent and taken away once it is known what came of that. Who finds it set does not know. */
  begunAt?: number
  /** ms UTC */
  deliveredAt?: number
  /** ms UTC; not to be tried again before. */
  notBefore?: number
  /** True: it may have arrived though nobody said so. */
  mayHaveArrived?: boolean
  lastError?: { at: number; says: string; /** See {@link SendFault}. */ fault: SendFault }
}

/**
 * Why a message did not go out. `passing`: the channel is down or busy. `settings`: it does not take us as we are set up (a wrong token, a wrong
 * certificate). `message`: it takes messages, but not this one.
 */
export type SendFault = 'passing' | 'settings' | 'message'
