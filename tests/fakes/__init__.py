"""Hand-written stand-ins for the ports; the contract suites run over them too."""
