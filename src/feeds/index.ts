export { toFeedUrl } from './fetch-feed.ts';
export { createFeedJobs } from './jobs.ts';
export { type OwnFeed, readOwnFeed } from './own-feed.ts';
export { type FeedPorts, REFRESH_MS, refreshFeed, tryFeed } from './refresh.ts';
