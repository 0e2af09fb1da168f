export { createMcpBook, type McpBook, type McpListing, type McpPlaces, serversOf } from './book.ts';
export { type ConnectionParts, connect, type McpConnection } from './connection.ts';
export { fingerprintOf, type McpServerDefinition, type McpServerReach, parseEntry, SERVER_NAME, toEntry } from './definition.ts';
export { interpolate } from './interpolate.ts';
export { createMcpPool, type McpPool } from './pool.ts';
export { createMcpSource, type McpSourceOfTools, type ServerTools } from './source.ts';
