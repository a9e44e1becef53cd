export { createDatabase, havePostgres, startPostgres } from '../../scripts/postgres.mjs'
