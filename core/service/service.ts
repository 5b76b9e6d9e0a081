/** A long-running part of the process with a life cycle; the service manager starts them in order and stops them in reverse. */
export interface Service {
  readonly name: string;
  /** Resolves when the service works, or keeps trying in the background and reports itself not ready. @throws ConfigError when it never can */
  start(): Promise<void>;
  /** Drains and releases everything; must finish within the deadline the manager gives it. */
  stop(): Promise<void>;
  /** Cheap and synchronous: called by the health and readiness endpoints. */
  readiness(): Readiness;
}

/** Whether a service can do its work now. */
export interface Readiness {
  ready: boolean;
  /** One sentence: what it waits for, or empty when ready. */
  reason: string;
}
