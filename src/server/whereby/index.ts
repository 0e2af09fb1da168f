export { createWherebyJobs, type WherebyJobs, type WherebyJobsOptions } from './deliveries.ts';
export { createWherebyService, type WherebyServiceOptions } from './service.ts';
