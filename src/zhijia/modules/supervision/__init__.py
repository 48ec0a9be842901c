"""One letter, two documents (一函两书): the union asks, demands, recommends, until a breach of law is mended."""
