export { type ChangeConsumer, type ConsumerOptions, onChange } from './changes.ts';
export { DEFAULT_RETRY, defineJob, type Job, type JobCall, type JobQueue, type Retry, type SendOptions } from './job.ts';
export { createJobs, type Jobs, type JobsOptions } from './jobs.ts';
export type { JobFailure } from './worker.ts';
