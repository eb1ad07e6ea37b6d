#if Agent
  import AsyncHTTPClient
  import Logging
  import Metrics
  import NIOHTTP1
  import NIOSSL
  import ServiceLifecycle
#endif
