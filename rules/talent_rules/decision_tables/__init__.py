"""Decision tables of rule files as workbooks: out, edited in Excel, back, with nothing lost on the way."""
